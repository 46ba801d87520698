using TorchSharp;
using TorchSharp.Modules;

namespace Taper.Training.Runs;

/// <summary>Writes a run's epochs as TensorBoard events; a resumed run adds a file that goes on where the last ended.</summary>
internal sealed class TensorBoardLog : IDisposable
{
    private readonly SummaryWriter _writer;

    public TensorBoardLog(string folder)
    {
        Directory.CreateDirectory(folder);
        _writer = torch.utils.tensorboard.SummaryWriter(folder);
    }

    /// <summary>Adds an epoch; the step is its number.</summary>
    public void Add(EpochResult epoch)
    {
        if (epoch.Loss is double loss)
        {
            Add("loss/train", loss, epoch.Epoch);
        }

        Add("logloss/validation", epoch.Validation.Logloss, epoch.Epoch);
        Add("auc/validation", epoch.Validation.Auc, epoch.Epoch);
        Add("embedding/mean_size", epoch.Embedding.MeanSize, epoch.Epoch);
        Add("embedding/ratio", epoch.Embedding.Ratio, epoch.Epoch);
    }

    public void Dispose() => (_writer as IDisposable)?.Dispose();

    private void Add(string tag, double value, int step) => _writer.add_scalar(tag, (float)value, step);
}
