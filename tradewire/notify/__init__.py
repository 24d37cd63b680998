"""Handing messages over: mail servers and Apprise, for the digest and for alerts."""
