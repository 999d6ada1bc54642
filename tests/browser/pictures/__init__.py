"""`make screenshots`: the main states of the page as PNG files, for a designer's eye.

All go into screenshots/, which git ignores; two of them into docs/ as well, for the README. The
modules say how each state comes about, and `__main__` how the pictures are taken.
"""
