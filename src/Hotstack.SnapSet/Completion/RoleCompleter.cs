using Hotstack.Deployments;
using Hotstack.Suggestions;

namespace Hotstack.Completion;

/// <summary>Proposes the roles that upstream's templates know; several servers may have the same.</summary>
internal sealed class RoleCompleter : HotstackCompleter
{
    protected override bool IsUnique => false;

    protected override Task<IReadOnlyList<Suggestion>> SuggestAsync(CompletionCall call, CancellationToken stop)
    {
        IReadOnlyList<Suggestion> roles = [.. RoleParameters.Roles.Select(role => new Suggestion(role, $"Role {role}"))];
        return Task.FromResult(roles);
    }
}
