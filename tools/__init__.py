"""Scripts that rebuild derived files of the repository; not part of the installed package."""
