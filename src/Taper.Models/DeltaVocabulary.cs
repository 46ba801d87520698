namespace Taper.Models;

/// <summary>What a delta changes in a vocabulary.</summary>
/// <param name="Name">The vocabulary's name.</param>
/// <param name="Values">Its values afterwards, unknown and missing among them.</param>
/// <param name="New">Values that it did not have before.</param>
/// <param name="Gone">Values that it has no longer.</param>
/// <param name="Grown">Values of both whose embedding has become larger.</param>
/// <param name="Shrunk">Values of both whose embedding has become smaller.</param>
/// <param name="Changed">Values of both with other numbers, grown and shrunk ones among them.</param>
/// <param name="IsWhole">Whether the delta holds all of it: its values share rows, or their keys are hashed anew.</param>
public sealed record DeltaVocabulary(string Name, int Values, int New, int Gone, int Grown, int Shrunk, int Changed, bool IsWhole);
