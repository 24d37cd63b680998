"""The collection: feeds and sites -> pages -> articles, and official lists. Import from the modules."""
