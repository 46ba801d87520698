using System.Runtime.CompilerServices;

namespace Taper.Embeddings.Lanes;

/// <summary>destination = source, and zeros in the rest of the last block.</summary>
internal readonly unsafe struct Copy(float* destination, float* source) : IElementwise
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Apply<TLanes>(int offset, int kept)
        where TLanes : unmanaged, ILanes<TLanes> =>
        TLanes.Load(source + offset).StoreFirstAndZeros(destination + offset, kept);
}

/// <summary>destination += scale · source.</summary>
internal readonly unsafe struct AddScaled(float* destination, float* source, float scale) : IElementwise
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Apply<TLanes>(int offset, int kept)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        TLanes sum = TLanes.Load(destination + offset) + (TLanes.Broadcast(scale) * TLanes.Load(source + offset));
        sum.StoreFirst(destination + offset, kept);
    }
}

/// <summary>destination = left · right, over whole rows.</summary>
internal readonly unsafe struct Multiply(float* destination, float* left, float* right) : IElementwise
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Apply<TLanes>(int offset, int kept)
        where TLanes : unmanaged, ILanes<TLanes> =>
        (TLanes.Load(left + offset) * TLanes.Load(right + offset)).Store(destination + offset);
}

/// <summary>destination += scale · left · right, over whole rows.</summary>
internal readonly unsafe struct AddProduct(float* destination, float* left, float* right, float scale) : IElementwise
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Apply<TLanes>(int offset, int kept)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        TLanes product = TLanes.Broadcast(scale) * TLanes.Load(left + offset) * TLanes.Load(right + offset);
        (TLanes.Load(destination + offset) + product).Store(destination + offset);
    }
}

/// <summary>values = values where an element's bit is set, 0 elsewhere; over whole rows.</summary>
/// <param name="values">A row.</param>
/// <param name="bits">Its bits, the lowest first, and one readable byte more.</param>
internal readonly unsafe struct KeepElements(float* values, byte* bits) : IElementwise
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Apply<TLanes>(int offset, int kept)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        uint sixteen = bits[offset >> 3] | ((uint)bits[(offset >> 3) + 1] << 8);
        TLanes.Load(values + offset).Only(sixteen >> (offset & 7)).Store(values + offset);
    }
}
