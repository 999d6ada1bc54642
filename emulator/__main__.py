"""`python -m emulator`: serve it until it is told to end."""

from emulator.app import main

main()
