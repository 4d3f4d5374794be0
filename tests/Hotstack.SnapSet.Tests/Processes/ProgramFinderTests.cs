using Hotstack.Configuration;
using Xunit;

namespace Hotstack.Processes;

public sealed class ProgramFinderTests
{
    [Theory]
    [InlineData("login", "/a:/b", "/b/login", "/b/login")]
    [InlineData("login", "/a/:/b", "/a/login /b/login", "/a/login")]
    [InlineData("login", "/a", "/project/login login ./login", null)]
    [InlineData("login", ":.:bin:/a", "login ./login bin/login /login", null)] // the current directory, by four names
    [InlineData("login", null, "/a/login", null)]
    [InlineData("login", "/a", "/a/login.exe", null)]
    [InlineData("login", "/a:/b", "/a/login! /b/login", "/b/login")] // the first may not be run
    [InlineData("/opt/login", "/a", "/opt/login", "/opt/login")]
    [InlineData("/opt/login", "/opt", "", null)]
    [InlineData("/opt/login", "/a", "/opt/login!", "/opt/login!")]
    public void On_Unix(string command, string? path, string files, string? expected) =>
        Assert.Equal(expected?.TrimEnd('!'), Find(ConfigurationPlatform.Linux, command, path, null, files));

    [Theory]
    [InlineData("login", @"C:\a;D:\b", null, @"D:\b\login.exe", @"D:\b\login.exe")]
    [InlineData("login", @"C:\a", null, @"C:\a\login", null)]
    [InlineData("login", @"C:\a", ".PY;.EXE", @"C:\a\login.exe C:\a\login.py", @"C:\a\login.py")]
    [InlineData("login", @"C:\a", "PY", @"C:\a\login.py", @"C:\a\login.py")]
    [InlineData("login.exe", @"C:\a", null, @"C:\a\login.exe", @"C:\a\login.exe")]
    [InlineData("login.v2", @"C:\a", null, @"C:\a\login.v2.cmd", @"C:\a\login.v2.cmd")]
    [InlineData("login", @"""C:\a""", null, @"C:\a\login.com", @"C:\a\login.com")]
    [InlineData("login", @".;bin;\a;C:a", null, @".\login.exe bin\login.exe \a\login.exe C:a\login.exe", null)]
    [InlineData("login", @"\\server\share", null, @"\\server\share\login.bat", @"\\server\share\login.bat")]
    [InlineData(@"C:\x.y\login", @"C:\a", null, @"C:\x.y\login.exe", @"C:\x.y\login.exe")]
    public void On_Windows(string command, string path, string? endings, string files, string? expected) =>
        Assert.Equal(expected, Find(ConfigurationPlatform.Windows, command, path, endings, files));

    [Theory]
    [InlineData(@"C:\a\login.cmd", true)]
    [InlineData(@"C:\a\login.BAT", true)]
    [InlineData(@"C:\a\login.exe", false)]
    public void A_batch_file_is_known(string program, bool expected) => Assert.Equal(expected, ProgramFinder.IsBatch(program));

    [Theory]
    [InlineData("get-token", true)]
    [InlineData("a b=c:\\d", true)]
    [InlineData("%PATH%", false)]
    [InlineData("a&b", false)]
    [InlineData("a\"b", false)]
    [InlineData("a\nb", false)]
    public void What_a_command_processor_would_change_is_known(string argument, bool expected) =>
        Assert.Equal(expected, ProgramFinder.IsSafeForBatch(argument));

    private static string? Find(ConfigurationPlatform platform, string command, string? path, string? endings, string files)
    {
        string[] there = files.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return new ProgramFinder(
            platform, name => name switch { "PATH" => path, "PATHEXT" => endings, _ => null },
            file => there.Any(known => known.TrimEnd('!') == file), file => there.Contains(file)).Find(command);
    }
}
