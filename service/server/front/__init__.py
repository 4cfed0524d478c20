"""What stands between the network and the application: whole bodies, a bounded queue, deadlines."""
