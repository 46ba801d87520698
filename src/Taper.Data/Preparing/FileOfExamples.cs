using Taper.Data.Sources;

namespace Taper.Data.Preparing;

/// <summary>A file that holds examples.</summary>
/// <param name="Source">The name of its source.</param>
/// <param name="Path">Its full path.</param>
internal sealed record FileOfExamples(string Source, string Path)
{
    /// <summary>The files of all sources that hold examples, in the order of their rows.</summary>
    /// <exception cref="DataException">One is missing.</exception>
    public static IReadOnlyList<FileOfExamples> Find(DataConfig config, string baseFolder) =>
        [.. new SplitRule(config.Split).Parts(config)
            .Select(name => config.Sources.First(source => source.Name == name))
            .SelectMany(source => SourceFiles.Find(source.Path, baseFolder).Select(file => new FileOfExamples(source.Name, file)))];
}
