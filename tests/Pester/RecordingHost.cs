using System;
using System.Collections.Generic;
using System.Collections.ObjectModel;
using System.Globalization;
using System.Management.Automation;
using System.Management.Automation.Host;
using System.Security;
using System.Text;

namespace Hotstack.Pester
{
    /// <summary>A console that keeps all that it is told to show, question and progress among it, and says No to every question.</summary>
    public sealed class RecordingHost : PSHost
    {
        public RecordingUI Screen { get; } = new RecordingUI();

        public override CultureInfo CurrentCulture => CultureInfo.InvariantCulture;

        public override CultureInfo CurrentUICulture => CultureInfo.InvariantCulture;

        public override Guid InstanceId { get; } = Guid.NewGuid();

        public override string Name => "Recording";

        public override PSHostUserInterface UI => Screen;

        public override Version Version => new Version(1, 0);

        public override void EnterNestedPrompt() => throw new NotSupportedException();

        public override void ExitNestedPrompt() => throw new NotSupportedException();

        public override void NotifyBeginApplication() { }

        public override void NotifyEndApplication() { }

        public override void SetShouldExit(int exitCode) { }
    }

    /// <summary>Each text as it came, with the line break that the console would add.</summary>
    public sealed class RecordingUI : PSHostUserInterface
    {
        private readonly StringBuilder _shown = new StringBuilder();

        public override PSHostRawUserInterface RawUI { get; } = new WideScreen();

        public override bool SupportsVirtualTerminal => true;

        /// <summary>What was shown since the last call.</summary>
        public string Take()
        {
            lock (_shown)
            {
                string text = _shown.ToString();
                _shown.Clear();
                return text;
            }
        }

        public override void Write(string value) => Add(value);

        public override void Write(ConsoleColor foregroundColor, ConsoleColor backgroundColor, string value) => Add(value);

        public override void WriteLine(string value) => Add(value + "\n");

        public override void WriteErrorLine(string value) => Add(value + "\n");

        public override void WriteDebugLine(string message) => Add("DEBUG: " + message + "\n");

        public override void WriteVerboseLine(string message) => Add("VERBOSE: " + message + "\n");

        public override void WriteWarningLine(string message) => Add("WARNING: " + message + "\n");

        public override void WriteProgress(long sourceId, ProgressRecord record) =>
            Add("PROGRESS: " + record.Activity + "\n" + record.StatusDescription + "\n" + record.CurrentOperation + "\n");

        public override string ReadLine() => throw new NotSupportedException("no input");

        public override SecureString ReadLineAsSecureString() => throw new NotSupportedException("no input");

        public override Dictionary<string, PSObject> Prompt(string caption, string message, Collection<FieldDescription> descriptions) =>
            throw new NotSupportedException("no input");

        public override PSCredential PromptForCredential(string caption, string message, string userName, string targetName) =>
            throw new NotSupportedException("no input");

        public override PSCredential PromptForCredential(
            string caption, string message, string userName, string targetName, PSCredentialTypes allowed, PSCredentialUIOptions options) =>
            throw new NotSupportedException("no input");

        public override int PromptForChoice(string caption, string message, Collection<ChoiceDescription> choices, int defaultChoice)
        {
            Add("QUESTION: " + caption + "\n" + message + "\n");
            for (int i = 0; i < choices.Count; i++)
            {
                if (choices[i].Label == "&No")
                {
                    return i;
                }
            }

            return defaultChoice;
        }

        private void Add(string text)
        {
            lock (_shown)
            {
                _shown.Append(text);
            }
        }
    }

    /// <summary>So wide that PowerShell breaks no line.</summary>
    public sealed class WideScreen : PSHostRawUserInterface
    {
        public override Size BufferSize { get; set; } = new Size(5000, 50);

        public override Size WindowSize { get; set; } = new Size(5000, 50);

        public override Size MaxWindowSize => new Size(5000, 50);

        public override Size MaxPhysicalWindowSize => new Size(5000, 50);

        public override ConsoleColor BackgroundColor { get; set; }

        public override ConsoleColor ForegroundColor { get; set; }

        public override Coordinates CursorPosition { get; set; }

        public override Coordinates WindowPosition { get; set; }

        public override int CursorSize { get; set; }

        public override bool KeyAvailable => false;

        public override string WindowTitle { get; set; } = "";

        public override void FlushInputBuffer() { }

        public override BufferCell[,] GetBufferContents(Rectangle rectangle) => throw new NotSupportedException();

        public override KeyInfo ReadKey(ReadKeyOptions options) => throw new NotSupportedException();

        public override void ScrollBufferContents(Rectangle source, Coordinates destination, Rectangle clip, BufferCell fill) { }

        public override void SetBufferContents(Coordinates origin, BufferCell[,] contents) { }

        public override void SetBufferContents(Rectangle rectangle, BufferCell fill) { }
    }
}
