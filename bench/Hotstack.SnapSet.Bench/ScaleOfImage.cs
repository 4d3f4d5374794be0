using System.Globalization;
using System.Security.Cryptography;
using Hotstack.Sandbox;
using Hotstack.Sandbox.Imaging;

namespace Hotstack.Bench;

/// <summary>What it costs to export and import large images.</summary>
internal sealed class ScaleOfImage : IBenchmark
{
    private const double GB = 1e9;

    /// <summary>In GB; others may be named, in a variable, where there is no time for all at once.</summary>
    private static readonly double[] Sizes = [.. (Environment.GetEnvironmentVariable("HOTSTACK_BENCH_GB") ?? "1 2 5 10 20")
        .Split(' ').Select(size => double.Parse(size, CultureInfo.InvariantCulture))];

    public string Name => "scale-image";

    public string About => "an image of 20 GB exported and imported; writes as much to the disk of the temporary folder, and some minutes";

    public async Task RunAsync(bool quick)
    {
        Tool tool = await Tool.FindAsync();
        double free = new DriveInfo(Path.GetTempPath()).AvailableFreeSpace / GB;
        double[] wanted = quick ? [0.05] : Sizes;
        double[] sizes = [.. wanted.Where(size => size + 5 < free)];
        if (sizes.Length == 0)
        {
            throw new SkippedException($"there are only {free:0} GB free");
        }

        long[] lengths = [.. sizes.Select(size => (long)(size * GB))];
        PatternData[] images = PatternData.Make(lengths);
        (List<Cost> exports, List<Cost> imports) = ([], []);
        for (int i = 0; i < sizes.Length; i++)
        {
            // What is uploaded is only hashed there, so that the disk is left to the file.
            await using var place = await Workplace.OpenAsync(new SandboxOptions { KeepUploads = false, RecordBodies = false });
            string id = "AbC_-d3F";
            IReadOnlyList<string> made = place.Sandbox.Cloud.AddUpstreamSnapSet(id);
            place.Sandbox.Cloud.Do(() => place.Sandbox.Cloud.ImageList.Find(image => image.Id == made[1])!.Data = images[i]);
            string folder = place.PathOf("exports");
            (Run run, int calls) = await place.CountAsync(() => tool.RunAsync(Work.Export(id, folder), place.Environment));
            exports.Add(Cost.Of(sizes[i], [(run.Good(1), calls)]));
            place.DeleteSets();
            folder = Path.Combine(folder, $"hotstack-snapset-{id}");
            (run, calls) = await place.CountAsync(() => tool.RunAsync(Work.Import(folder), place.Environment));
            imports.Add(Cost.Of(sizes[i], [(run.Good(1), calls)]));
            Console.WriteLine($"{sizes[i]} GB: {exports[^1]}, {imports[^1]}");
        }

        Results.Write("Scale: a large image", $"""
            A set of two images, one of them of so many GB, exported to the temporary folder and imported again by {tool.Description}; one run
            of each, times of the cmdlet alone. The sandbox makes the bytes while it sends them (a block of random bytes with its number in front,
            over and over) and only hashes what it gets; it is another process on the same two cores, so that times are of both and of the
            disk. Peak memory is ours alone.

            {Results.Table(Growth.Head("GB", exports), Growth.Rows("export", exports).Concat(Growth.Rows("import", imports)))}

            {(sizes.Length == wanted.Length ? "" : $"More than {sizes[^1]} GB do not fit on this disk, which has {free:0} GB free.")}
            {await Repository.DescribeAsync()}.
            """, quick);
    }

    /// <summary>As many bytes as wanted, none of which are kept.</summary>
    private sealed class PatternData(long length, IReadOnlyDictionary<string, string> hashes) : ImageData
    {
        private const int BlockLength = 1 << 20;
        private static readonly byte[] Block = RandomNumberGenerator.GetBytes(BlockLength);

        public override long Length => length;

        /// <summary>All of one stream, so that one pass hashes them all.</summary>
        /// <param name="lengths">Their lengths, the least first.</param>
        public static PatternData[] Make(long[] lengths)
        {
            string[] names = ["md5", "sha512"];
            var made = new PatternData[lengths.Length];
            using var md5 = IncrementalHash.CreateHash(HashAlgorithmName.MD5);
            using var sha512 = IncrementalHash.CreateHash(HashAlgorithmName.SHA512);
            var endless = new PatternData(long.MaxValue, new Dictionary<string, string>());
            byte[] piece = new byte[BlockLength];
            long at = 0;
            for (int i = 0; i < lengths.Length; i++)
            {
                while (at < lengths[i])
                {
                    int read = endless.Read(at, piece.AsSpan(0, (int)Math.Min(BlockLength, lengths[i] - at)));
                    Parallel.Invoke(() => md5.AppendData(piece, 0, read), () => sha512.AppendData(piece, 0, read));
                    at += read;
                }

                made[i] = new PatternData(lengths[i], new Dictionary<string, string>
                {
                    ["md5"] = Convert.ToHexStringLower(md5.GetCurrentHash()),
                    ["sha512"] = Convert.ToHexStringLower(sha512.GetCurrentHash()),
                });
            }

            return made;
        }

        public override string Hash(string algorithm) => hashes[algorithm];

        public override int Read(long offset, Span<byte> into)
        {
            int count = (int)Math.Clamp(length - offset, 0, into.Length);
            for (int done = 0; done < count;)
            {
                (long number, long skip) = Math.DivRem(offset + done, BlockLength);
                int take = (int)Math.Min(BlockLength - skip, count - done);
                Block.AsSpan((int)skip, take).CopyTo(into[done..]);
                for (int i = (int)skip; i < sizeof(long) && i < skip + take; i++)
                {
                    into[done + i - (int)skip] = (byte)(number >> (8 * i));
                }

                done += take;
            }

            return count;
        }
    }
}
