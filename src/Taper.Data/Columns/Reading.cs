namespace Taper.Data.Columns;

/// <summary>How pages will be read; the numbers are madvise's.</summary>
internal enum Reading
{
    /// <summary>As they come: what is around a page is read along.</summary>
    InOrder = 0,

    /// <summary>Here and there: a page is read alone.</summary>
    AtRandom = 1,

    /// <summary>Soon and all of them: reading starts at once.</summary>
    Soon = 3,
}
