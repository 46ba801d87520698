// libtorch has one random generator for the process: tests that draw from it must not run side by side.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
