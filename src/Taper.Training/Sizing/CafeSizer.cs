using System.Numerics.Tensors;
using Taper.Embeddings;
using Taper.Models;
using static TorchSharp.torch;
using Tensor = TorchSharp.torch.Tensor;

namespace Taper.Training.Sizing;

/// <summary>
/// CAFE (Zhang et al., SIGMOD 2024): in each large vocabulary hot values own a row and the others share rows by a hash.
/// A value's importance is the norm of its gradients, summed over training and decayed (<see cref="HotSketch"/>); now and
/// then values migrate: one that has become hot starts from its shared row, one that is no longer hot goes back to it.
/// </summary>
/// <remarks>
/// The hot values are those of largest importance, where the paper compares with a threshold; the norm is that of a value's
/// gradient in a batch, in shares of the batch's mean. The sketch is training's and no exported parameter. The optimizer's
/// state of a hot row passes to its next value.
/// </remarks>
public sealed class CafeSizer : SharedRowsSizer
{
    private readonly CafeConfig _config;
    private readonly HotRowSharing _sharing;
    private EmbeddingTable? _table;

    /// <summary>Hot and shared rows that meet the config's budget.</summary>
    /// <exception cref="Configuration.ConfigException">There is no budget, or it cannot be met.</exception>
    public CafeSizer(FrequencyGroups groups, SizingConfig config)
        : base(groups, config)
    {
        ArgumentNullException.ThrowIfNull(groups);
        ArgumentNullException.ThrowIfNull(config);
        _config = config.Cafe;
        long?[] stored = Remainders(config, _config.Threshold, n => 1.0 / n, (_, m) => m);
        long[] rows = groups.RowsOfVocabularies();
        int[] hot = [.. stored.Select(m => (int)Math.Min((m ?? 0) - 1, (m ?? 0) * _config.HotShare)).Select(count => Math.Max(0, count))];
        int[] first = new int[groups.TableRows];
        int[] firstHot = new int[rows.Length];
        int value = 0, next = 0;
        for (int v = 0; v < rows.Length; v++)
        {
            firstHot[v] = next;
            for (int id = 0; id < rows[v]; id++, value++)
            {
                first[value] = next + hot[v] + (stored[v] is long m ? (int)(Hash(v, id) % (ulong)(m - hot[v])) : id);
            }

            next += (int)(stored[v] ?? rows[v]);
        }

        _sharing = new HotRowSharing(first, groups, hot, firstHot) { StoredRows = next };
    }

    /// <inheritdoc/>
    public override nn.Module Learned => _sharing.Sketches;

    internal override RowSharing Sharing => _sharing;

    internal override void Attach(EmbeddingTable table) => _table = table;

    internal override void LearnFrom(IReadOnlyList<RowGradients> gradients)
    {
        if (_sharing.Learn(_config.MigrateEvery))
        {
            foreach ((int shared, int hot) in _sharing.Migrate(_config.Decay))
            {
                _table![shared].CopyTo(_table[hot]);
            }
        }
    }

    /// <summary>Rows as the sketches say.</summary>
    private sealed class HotRowSharing : RowSharing
    {
        private readonly FrequencyGroups _groups;
        private readonly int[] _firstHot;
        private readonly List<(int Value, float Norm)> _observed = [];

        public HotRowSharing(int[] first, FrequencyGroups groups, int[] hot, int[] firstHot)
            : base(first, NoSecond(first.Length), RowCombination.Sum)
        {
            _groups = groups;
            _firstHot = firstHot;
            Sketches = new SketchesOfVocabularies(hot);
        }

        public SketchesOfVocabularies Sketches { get; }

        public override int FirstOf(int value)
        {
            int vocabulary = VocabularyOf(value);
            int row = Sketches[vocabulary].RowOf(value, Hash(vocabulary, value));
            return row < 0 ? GivenRowOf(value) : _firstHot[vocabulary] + row;
        }

        public override void Observe(int value, ReadOnlySpan<float> gradient) =>
            _observed.Add((value, TensorPrimitives.Norm(gradient)));

        /// <summary>Takes over what was observed in a step; whether values are to migrate after it.</summary>
        public bool Learn(int migrateEvery)
        {
            double mean = _observed.Count == 0 ? 0 : _observed.Average(value => value.Norm);
            foreach ((int value, float norm) in _observed)
            {
                int vocabulary = VocabularyOf(value);
                Sketches[vocabulary].Add(value, Hash(vocabulary, value), mean > 0 ? (float)(norm / mean) : 0);
            }

            _observed.Clear();
            return Sketches.CountStep() % migrateEvery == 0;
        }

        /// <summary>The shared row and the hot row of each value that has become hot.</summary>
        public List<(int Shared, int Hot)> Migrate(double decay)
        {
            List<(int, int)> promoted = [];
            for (int v = 0; v < _firstHot.Length; v++)
            {
                promoted.AddRange(Sketches[v].Migrate(decay).Select(hot => (GivenRowOf(hot.Value), _firstHot[v] + hot.Row)));
            }

            return promoted;
        }

        private int VocabularyOf(int value) => _groups.Vocabularies[_groups.GroupOfRow[value]];
    }

    /// <summary>A sketch for each vocabulary, and the steps so far.</summary>
    private sealed class SketchesOfVocabularies : nn.Module
    {
        private readonly HotSketch[] _sketches;
        private readonly Tensor _steps;

        public SketchesOfVocabularies(int[] hot)
            : base("Sketches")
        {
            _sketches = [.. hot.Select(rows => new HotSketch(rows))];
            _steps = zeros(1, ScalarType.Int64).DetachFromDisposeScope();
            register_buffer("steps", _steps);
            for (int v = 0; v < hot.Length; v++)
            {
                register_module($"vocabulary_{v}", _sketches[v]);
            }
        }

        public HotSketch this[int vocabulary] => _sketches[vocabulary];

        public long CountStep()
        {
            using var noGradient = no_grad();
            _steps.add_(1);
            return _steps.item<long>();
        }
    }
}
