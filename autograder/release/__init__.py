"""What leaves for students: stubs, notebooks and the kit, and the audit that keeps everything else back.

Nothing here grades, and nothing here is shipped.
"""
