"""Who was put on which list, by whom and when."""
