"""What runs in the notebook's kernel: the widget and the magics."""
