"""Scheduled jobs: our tables say what is due and what was missed; anything may call "run what is due"."""
