namespace Taper.Data.Preparing.Parts;

/// <summary>
/// The values of all vocabularies whose keys fall to one shard, with their counts: here, or in another process. Values are added,
/// then ranked, then numbered, then their ids are asked for; several vocabularies may be at it at once.
/// </summary>
internal interface IVocabularyShard
{
    /// <summary>Adds values of a part and how often they occur there (a <see cref="CountedValues"/>), after those that it added before.</summary>
    void Add(int vocabulary, int part, byte[] values);

    /// <summary>Ranks the values that are kept; returns how many there are.</summary>
    int Rank(int vocabulary);

    /// <summary>Ranked values from a rank on, a <see cref="CountedValues"/> of as many as a message holds.</summary>
    byte[] Ranked(int vocabulary, int from);

    /// <summary>Gives ranked values their ids, from a rank on.</summary>
    void Number(int vocabulary, int from, int[] ids);

    /// <summary>The ids of the values that a part has added, in that order, from one on: as many as a message holds.</summary>
    int[] Ids(int vocabulary, int part, int from);

    /// <summary>Frees a vocabulary that is encoded.</summary>
    void Forget(int vocabulary);
}
