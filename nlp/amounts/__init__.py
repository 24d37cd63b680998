"""What an amount is, and whose: valuation, contract, fine and the other roles."""
