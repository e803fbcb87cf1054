"""What the commands of `tapwork` do, one file each."""
