"""How companies belong together: investor, supplier, subsidiary and the others."""
