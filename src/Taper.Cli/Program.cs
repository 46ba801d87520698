return await Taper.Cli.TaperCommandLine.RunAsync(args);
