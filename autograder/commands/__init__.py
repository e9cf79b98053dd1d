"""What each command of the command line does; cli.py only parses arguments.

Every function returns the exit status: 0 done, 1 done but something needs attention.
"""
