using System.Globalization;
using DuckDB.NET.Data;
using DuckDB.NET.Native;

namespace Taper.Data.Duck;

/// <summary>
/// One DuckDB database, in memory. Every failure leaves as one of Taper's exceptions. Not thread-safe.
/// </summary>
internal sealed class Database : IDisposable
{
    private readonly DuckDBConnection connection;
    private readonly CancellationToken cancellation;

    private Database(DuckDBConnection connection, CancellationToken cancellation)
    {
        this.connection = connection;
        this.cancellation = cancellation;
    }

    /// <summary>A database in memory that moves to <paramref name="scratch"/> what does not fit.</summary>
    public static Database Spilling(string scratch, DatabaseLimits limits, CancellationToken cancellation)
    {
        Database database = InMemory(cancellation);
        try
        {
            database.Execute($"SET temp_directory = {Sql.Text(scratch)}", "opening the scratch database");
            database.Execute($"SET memory_limit = {Sql.Text(limits.Memory)}", "setting data.memory_limit");
            if (limits.Threads > 0)
            {
                database.Execute($"SET threads = {limits.Threads}", "setting data.threads");
            }

            return database;
        }
        catch
        {
            database.Dispose();
            throw;
        }
    }

    /// <summary>A database in memory, for reading files.</summary>
    public static Database InMemory(CancellationToken cancellation = default) => Open(":memory:", cancellation);

    /// <summary>The same database once more, for another thread; to be disposed before this.</summary>
    public Database Another()
    {
        DuckDBConnection another = connection.Duplicate();
        another.Open();
        return new Database(another, cancellation);
    }

    /// <summary>Runs a statement.</summary>
    /// <param name="sql">The statement.</param>
    /// <param name="doing">What it does, for the error message.</param>
    public void Execute(string sql, string doing)
    {
        using DuckDBCommand command = connection.CreateCommand();
        command.CommandText = sql;
        using CancellationTokenRegistration stop = cancellation.Register(command.Cancel);
        Translated(doing, () => command.ExecuteNonQuery());
    }

    /// <summary>The first column of the first row; null when there is none.</summary>
    public object? Scalar(string sql, string doing)
    {
        using DuckDBCommand command = connection.CreateCommand();
        command.CommandText = sql;
        using CancellationTokenRegistration stop = cancellation.Register(command.Cancel);
        object? value = Translated(doing, command.ExecuteScalar);
        return value is DBNull ? null : value;
    }

    /// <summary>The first column of the first row as a whole number; 0 when there is none.</summary>
    public long Number(string sql, string doing) =>
        Convert.ToInt64(Scalar(sql, doing) ?? 0L, CultureInfo.InvariantCulture);

    /// <summary>All rows of a small result as text; NULL as null.</summary>
    public IReadOnlyList<IReadOnlyList<string?>> Rows(string sql, string doing)
    {
        List<IReadOnlyList<string?>> rows = [];
        using DuckDBCommand command = connection.CreateCommand();
        command.CommandText = sql;
        using CancellationTokenRegistration stop = cancellation.Register(command.Cancel);
        Translated(doing, () =>
        {
            using DuckDBDataReader reader = command.ExecuteReader();
            while (reader.Read())
            {
                rows.Add([.. Enumerable.Range(0, reader.FieldCount).Select(column =>
                    reader.IsDBNull(column) ? null : Convert.ToString(reader.GetValue(column), CultureInfo.InvariantCulture))]);
            }

            return rows.Count;
        });
        return rows;
    }

    /// <summary>The names and types of a query's columns, in order.</summary>
    public IReadOnlyList<(string Name, string Type)> Describe(string query, string doing) =>
        [.. Rows($"DESCRIBE {query}", doing).Select(row => (row[0]!, row[1]!))];

    /// <summary>Streams a query's result in chunks.</summary>
    public ChunkStream Stream(string sql, string doing)
    {
        cancellation.ThrowIfCancellationRequested();
        return ChunkStream.Open(connection.NativeConnection, sql, doing, cancellation);
    }

    /// <summary>Lets SQL call a function by a name.</summary>
    public void Define(string name, ITextFunction function) => TextFunction.Define(connection.NativeConnection, name, function);

    /// <summary>Lets SQL call a function by a name.</summary>
    public void Define(string name, IRowFunction function) => RowFunction.Define(connection.NativeConnection, name, function);

    /// <summary>Appends rows to a table of a text, a whole number, and further numbers of the given types.</summary>
    public Appender Append(string table, string doing, params IEnumerable<DuckDBType> further) => new(connection.NativeConnection, table, doing, further);

    /// <inheritdoc/>
    public void Dispose() => connection.Dispose();

    private static Database Open(string path, CancellationToken cancellation)
    {
        DuckDBConnection connection = new(
            $"DataSource={path};autoinstall_known_extensions=false;autoload_known_extensions=false");
        try
        {
            connection.Open();
        }
        catch (DuckDBException e)
        {
            connection.Dispose();
            throw DuckError.Translate(e.Message, $"opening the scratch database {path}", e);
        }

        return new Database(connection, cancellation);
    }

    private T Translated<T>(string doing, Func<T> run)
    {
        cancellation.ThrowIfCancellationRequested();
        try
        {
            return run();
        }
        catch (DuckDBException e)
        {
            cancellation.ThrowIfCancellationRequested();
            throw DuckError.Translate(e.Message, doing, e);
        }
    }
}
