"""One module per command or small family of commands; imported on use by tradewire.cli."""
