using System.Runtime.CompilerServices;

namespace Taper.Embeddings.Lanes;

/// <summary>destination = source.</summary>
internal readonly unsafe struct Copy(float* destination, float* source) : IElementwise
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Apply<TLanes>(int offset)
        where TLanes : unmanaged, ILanes<TLanes> =>
        TLanes.Load(source + offset).Store(destination + offset);
}

/// <summary>destination = left · right.</summary>
internal readonly unsafe struct Multiply(float* destination, float* left, float* right) : IElementwise
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Apply<TLanes>(int offset)
        where TLanes : unmanaged, ILanes<TLanes> =>
        (TLanes.Load(left + offset) * TLanes.Load(right + offset)).Store(destination + offset);
}

/// <summary>destination += scale · source.</summary>
internal readonly unsafe struct AddScaled(float* destination, float* source, float scale) : IElementwise
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Apply<TLanes>(int offset)
        where TLanes : unmanaged, ILanes<TLanes> =>
        (TLanes.Load(destination + offset) + (TLanes.Broadcast(scale) * TLanes.Load(source + offset))).Store(destination + offset);
}

/// <summary>destination += scale · left · right.</summary>
internal readonly unsafe struct AddProduct(float* destination, float* left, float* right, float scale) : IElementwise
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Apply<TLanes>(int offset)
        where TLanes : unmanaged, ILanes<TLanes> =>
        (TLanes.Load(destination + offset)
            + (TLanes.Broadcast(scale) * TLanes.Load(left + offset) * TLanes.Load(right + offset))).Store(destination + offset);
}
