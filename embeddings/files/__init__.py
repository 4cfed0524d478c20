"""What the files and folders of strangers are called and hold: names, ZIPs, clutter, pictures."""
