namespace Taper.Embeddings.Lanes;

/// <summary>
/// Several floats that are worked on at once. A kernel is written once against this and runs at every width; since
/// each operation is rounded as IEEE 754 says and none are fused, every width gives the same bits.
/// </summary>
internal unsafe interface ILanes<TSelf>
    where TSelf : unmanaged, ILanes<TSelf>
{
    static abstract TSelf Load(float* source);

    static abstract TSelf Broadcast(float value);

    static abstract TSelf SquareRoot(TSelf value);

    static abstract TSelf operator +(TSelf left, TSelf right);

    static abstract TSelf operator -(TSelf left, TSelf right);

    static abstract TSelf operator *(TSelf left, TSelf right);

    static abstract TSelf operator /(TSelf left, TSelf right);

    /// <summary>The lanes whose bits are set, the first lane's the lowest; 0 in the others.</summary>
    TSelf Only(uint bits);

    /// <summary>Writes all lanes.</summary>
    void Store(float* destination);

    /// <summary>
    /// Writes the first <paramref name="kept"/> lanes and does not touch the rest of the destination: another thread may be
    /// writing there, to the next row of a compact table.
    /// </summary>
    void StoreFirst(float* destination, int kept);

    /// <summary>Writes the first <paramref name="kept"/> lanes and zeros in the rest.</summary>
    void StoreFirstAndZeros(float* destination, int kept);
}
