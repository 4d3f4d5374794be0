using System.Diagnostics;
using Xunit;

namespace Hotstack.Clusters.Suspend;

/// <summary>The scripts of the helper pods, by the systemd-logind of this machine (Debian 12 and RHEL 9 have systemd 252), in a /run of its
/// own. Nothing is shut down: all times are hours away, and there is no systemd that logind could ask for it.</summary>
public sealed class RealLogindTests
{
    private const string Logind = "/lib/systemd/systemd-logind";

    private static readonly DateTimeOffset At = DateTimeOffset.FromUnixTimeMilliseconds(
        DateTimeOffset.UtcNow.AddHours(5).ToUnixTimeMilliseconds());

    public RealLogindTests()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess, "needs to be root on Linux");
        Assert.SkipUnless(
            ((string[])[Logind, "/usr/bin/dbus-daemon", "/usr/bin/busctl", "/usr/bin/unshare", "/sbin/shutdown"]).All(File.Exists),
            "There is no systemd-logind with D-Bus on this machine.");
    }

    [Fact]
    public async Task The_script_schedules_the_instant_and_shows_it() =>
        Assert.Equal(At, Schedule(await RunAsync(Suspend.Logind.ScheduleScript(At), Suspend.Logind.ShowScript)));

    [Fact]
    public async Task A_later_one_takes_the_place_of_an_earlier_one_also_of_minutes() => Assert.Equal(
        At.AddSeconds(-3), Schedule(await RunAsync(
            Suspend.Logind.ScheduleScript(At), "shutdown -h +99", Suspend.Logind.ScheduleScript(At.AddSeconds(-3)), Suspend.Logind.ShowScript)));

    [Fact]
    public async Task It_outlives_a_restart_of_logind() => Assert.Equal(
        At, Schedule(await RunAsync(Suspend.Logind.ScheduleScript(At), "restart", Suspend.Logind.ShowScript)));

    [Fact]
    public async Task Cancelled_none_is_left() => Assert.Equal(
        "", await RunAsync(Suspend.Logind.ScheduleScript(At), Suspend.Logind.CancelScript));

    [Theory]
    [InlineData(-1, true)]
    [InlineData(3600, false)]
    public async Task A_script_that_runs_too_late_or_after_another_boot_does_nothing(int seconds, bool isThisBoot)
    {
        string boot = isThisBoot ? await BootAsync() : $"{Guid.NewGuid()}";
        string script = Suspend.Logind.OnlyBefore(DateTimeOffset.UtcNow.AddSeconds(seconds), boot) + Suspend.Logind.ScheduleScript(At);

        Assert.Equal("", await RunAsync($"sh -ec '{script}' || true", "cat /run/systemd/shutdown/scheduled 2>/dev/null || true"));
    }

    [Fact]
    public async Task In_time_it_schedules() => Assert.Equal(At, Schedule(await RunAsync(
        Suspend.Logind.OnlyBefore(DateTimeOffset.UtcNow.AddHours(1), await BootAsync())
            + Suspend.Logind.ScheduleScript(At), Suspend.Logind.ShowScript)));

    private static async Task<string> BootAsync() =>
        (await File.ReadAllTextAsync("/proc/sys/kernel/random/boot_id", TestContext.Current.CancellationToken)).Trim();

    private static DateTimeOffset? Schedule(string log) => Suspend.Logind.ReadSchedule(log);

    /// <summary>Runs scripts one after the other.</summary>
    /// <returns>What the last one printed.</returns>
    private static async Task<string> RunAsync(params string[] scripts)
    {
        string folder = Directory.CreateTempSubdirectory("hotstack-logind-").FullName;
        try
        {
            var lines = new List<string>
            {
                "set -e", "mount -t tmpfs tmpfs /run", "mkdir -p /run/dbus /run/systemd/system /run/systemd/shutdown",
                "dbus-daemon --system --fork >/dev/null 2>&1 || exit 77",
                $"start() {{ {Logind} 2>/dev/null & logind=$!; for i in $(seq 100); do busctl status org.freedesktop.login1 >/dev/null 2>&1 && return; "
                    + "sleep 0.1; done; exit 77; }",
                "trap 'kill $logind; pkill -F /run/dbus/pid' EXIT", "start",
            };
            for (int i = 0; i < scripts.Length; i++)
            {
                string path = Path.Combine(folder, $"{i}");
                await File.WriteAllTextAsync(path, scripts[i]);
                lines.Add(scripts[i] == "restart" ? "kill $logind; wait $logind || true; start" : $"sh -e {path} >{path}.out");
            }

            lines.Add($"cat {Path.Combine(folder, $"{scripts.Length - 1}.out")}");
            string program = Path.Combine(folder, "run");
            await File.WriteAllLinesAsync(program, lines);
            return await EndAsync(program);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<string> EndAsync(string program)
    {
        using var process = Process.Start(new ProcessStartInfo(
            "unshare", ["--mount", "--pid", "--fork", "--kill-child", "--mount-proc", "--propagation", "private", "bash", program])
        {
            RedirectStandardOutput = true, RedirectStandardError = true,
        })!;
        Task<string> errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        string output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.SkipWhen(
            process.ExitCode == 77 || (await errors).Contains("unshare failed", StringComparison.Ordinal) || (await errors).Contains("mount: ", StringComparison.Ordinal),
            $"logind does not run here: {await errors}");
        Assert.True(process.ExitCode == 0, await errors);
        return output;
    }
}
