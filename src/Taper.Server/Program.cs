return await Taper.Server.ServerCommandLine.RunAsync(args);
