using Hotstack.Sandbox.Http;

namespace Hotstack.Sandbox.Orchestration.Hot;

/// <summary>Heat's refusals, with its names and words for them.</summary>
internal static class HeatErrors
{
    public static ApiException BadRequest(string message) => new(400, message, "HTTPBadRequest");

    public static ApiException Validation(string message) => new(400, message, "StackValidationFailed");

    /// <remarks><paramref name="path"/>: Where in the template: <c>resources.master0.properties.image</c>.</remarks>
    public static ApiException Property(string path, string message) => Validation($"Property error: {path}: {message}");

    public static ApiException ParameterMissing(string name) =>
        new(400, $"The Parameter ({name}) was not provided.", "UserParameterMissing");

    public static ApiException ParameterUnknown(string name) =>
        new(400, $"The Parameter ({name}) was not defined in template.", "UnknownUserParameter");

    public static ApiException ParameterInvalid(string name, string why) => Validation($"Parameter '{name}' is invalid: {why}");

    public static ApiException Reference(string resource, string path) =>
        new(400, $"The specified reference \"{resource}\" (in {path}) is incorrect.", "InvalidTemplateReference");

    public static ApiException Attribute(string path, string resource, string attribute) =>
        Validation($"{path}: The Referenced Attribute ({resource} {attribute}) is incorrect.");

    public static ApiException StackExists(string name) => new(409, $"The Stack ({name}) already exists.", "StackExists");

    public static ApiException StackMissing(string name) => new(404, $"The Stack ({name}) could not be found.", "EntityNotFound");
}

/// <summary>A value that is known only when another resource is there.</summary>
internal sealed class NotYetKnownException : Exception;
