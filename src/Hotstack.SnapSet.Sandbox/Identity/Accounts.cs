namespace Hotstack.Sandbox.Identity;

internal sealed record Project(string Id, string Name);

internal sealed record User(string Id, string Name, string Password, Project DefaultProject, bool IsAdmin);

internal sealed record ApplicationCredential(string Id, string Name, string Secret, User User, Project Project, DateTimeOffset? ExpiresAt);

internal sealed record Trust(string Id, User Trustee, User Trustor, Project Project);

/// <summary>Who there is in the cloud, and the tokens they have.</summary>
internal sealed class Accounts
{
    private readonly Dictionary<string, Token> _tokens = [];

    public List<Project> Projects { get; } = [];

    public List<User> Users { get; } = [];

    public List<ApplicationCredential> ApplicationCredentials { get; } = [];

    public List<Trust> Trusts { get; } = [];

    public IEnumerable<Token> Tokens => _tokens.Values;

    public Project Project(string name) => Projects.First(p => p.Name == name);

    public User User(string name) => Users.First(u => u.Name == name);

    public void Add(Token token) => _tokens[token.Id] = token;

    /// <summary>The token, if it is one, still lives and was not revoked.</summary>
    public Token? Find(string? id, DateTimeOffset now) =>
        id is not null && _tokens.TryGetValue(id, out var token) && token.IsValid(now) ? token : null;
}

/// <summary>What a client has after it logged in.</summary>
internal sealed class Token
{
    /// <summary>The token of calls that need none.</summary>
    public static readonly Token None = new()
    {
        Id = "", User = new User("", "", "", new Project("", ""), false), Methods = [],
    };

    public required string Id { get; init; }

    public required User User { get; init; }

    /// <summary>Null if unscoped.</summary>
    public Project? Project { get; init; }

    public Trust? Trust { get; init; }

    public ApplicationCredential? ApplicationCredential { get; init; }

    public required IReadOnlyList<string> Methods { get; init; }

    public IReadOnlyList<string> AuditIds { get; init; } = [];

    public DateTimeOffset IssuedAt { get; init; }

    public DateTimeOffset ExpiresAt { get; set; }

    /// <summary>Whether <c>expires_at</c> is that of the application credential, which has no Z.</summary>
    public bool BoundByCredential { get; init; }

    public bool Revoked { get; set; }

    public bool IsAdmin => User.IsAdmin;

    public string ProjectId => Project?.Id ?? "";

    public bool IsValid(DateTimeOffset now) => !Revoked && now < ExpiresAt;
}
