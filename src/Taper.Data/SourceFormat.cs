namespace Taper.Data;

/// <summary>How a raw file is laid out.</summary>
public enum SourceFormat
{
    /// <summary>Told from the file's ending: .csv, .tsv, .parquet, .libsvm, .svm or .libfm, where the text formats may end in .gz or .zst besides.</summary>
    Auto,

    /// <summary>Text columns with a delimiter, a comma unless said otherwise.</summary>
    Csv,

    /// <summary>Text columns with a delimiter, a tab unless said otherwise.</summary>
    Tsv,

    /// <summary>Apache Parquet.</summary>
    Parquet,

    /// <summary>
    /// Lines of a label and <c>index:1</c> pairs, libsvm or libfm. Read as the columns <c>label</c> (-1 becomes 0),
    /// <c>features</c> (all indexes, joined by "|") and <c>feature_1</c>, <c>feature_2</c>, … (the index at that place
    /// of the line, as many as the first line has; a line with another number of them is refused when they are used).
    /// </summary>
    Libsvm,
}
