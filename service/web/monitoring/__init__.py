"""What is counted, logged and told of the running service, and the door for it."""
