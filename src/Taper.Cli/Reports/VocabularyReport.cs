using Taper.Models;

namespace Taper.Cli.Reports;

/// <summary>The kept sizes of one vocabulary.</summary>
internal sealed record VocabularyReport(string Name, SizeSummary Sizes);
