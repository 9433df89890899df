"""Where a notebook is: open in a page, a file behind the contents manager, and the kernel that runs it."""
