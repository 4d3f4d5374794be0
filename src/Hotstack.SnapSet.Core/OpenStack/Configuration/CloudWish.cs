namespace Hotstack.OpenStack.Configuration;

/// <summary>A cloud that counts if neither the user nor the environment chooses one.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Origin">What names it, for messages: <c>os_cloud of /w/bootstrap_vars.yml</c>.</param>
public sealed record CloudWish(string Name, string Origin);
