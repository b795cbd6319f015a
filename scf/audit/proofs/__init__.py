"""
What an auditor can prove without trusting who runs the node: that headers hash to their blocks and
link to one another, that receipts and transactions are those a header commits to, that storage
holds what it is said to hold.

Pure functions over what nodes answer and what evidence files say; nothing here keeps anything.
"""
