namespace Taper.Studies.Tests;

/// <summary>Progress that nobody watches.</summary>
internal sealed class Silent : IStudyProgress
{
    public void Message(string text)
    {
    }

    public void Started(RunName run)
    {
    }

    public void Said(RunName run, string line)
    {
    }

    public void Finished(RunName run, RunResult result)
    {
    }

    public void Failed(RunFailure failure)
    {
    }
}
