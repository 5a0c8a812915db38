"""A seeded fuzzer: odd specs and command lines through every command and format.

Every case ends with an answer or one error: no traceback, little time, little memory, and an
output in which nothing of the spec steers a terminal, a log or the format itself.
"""
