namespace Taper.Server.Security;

/// <summary>Gives endpoints their rights.</summary>
internal static class RequiredRightExtensions
{
    /// <summary>Requires a right of everybody who asks these endpoints, where keys are configured.</summary>
    public static TBuilder Requires<TBuilder>(this TBuilder endpoints, Right right)
        where TBuilder : IEndpointConventionBuilder => endpoints.WithMetadata(new RequiredRight(right));
}
