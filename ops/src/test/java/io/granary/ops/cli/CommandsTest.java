package io.granary.ops.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.granary.ops.cli.Cli.Run;
import io.granary.prover.storage.StoragePath;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

/** The commands that need no node, and everybody's help. */
class CommandsTest {
  @TempDir private Path folder;

  static Stream<String> commands() {
    return names(GranaryCommand.commandLine(), "").filter(name -> !name.equals("help"));
  }

  private static Stream<String> names(CommandLine command, String path) {
    return command.getSubcommands().entrySet().stream()
        .flatMap(
            entry -> {
              String name = (path + " " + entry.getKey()).strip();
              return Stream.concat(Stream.of(name), names(entry.getValue(), name));
            });
  }

  @ParameterizedTest
  @MethodSource("commands")
  void helpSaysWhatItDoes_andWhatEveryOptionMeans(String command) {
    Run run = Cli.run((command + " --help").split(" ", -1));
    assertThat(run.code()).isZero();
    assertThat(run.out()).startsWith("Usage: granary " + command);
    assertThat(run.err()).isEmpty();
    CommandLine found = GranaryCommand.commandLine();
    for (String name : command.split(" ", -1)) {
      found = Objects.requireNonNull(found.getSubcommands().get(name), name);
    }
    assertThat(found.getCommandSpec().usageMessage().description()).isNotEmpty();
    assertThat(found.getCommandSpec().args())
        .filteredOn(argument -> !argument.hidden())
        .allSatisfy(
            argument ->
                assertThat(argument.description())
                    .as(command + " " + argument.paramLabel())
                    .isNotEmpty());
  }

  @Test
  void takesTheOptionsOfItsHelp_whenSectorsArePreSealed() {
    CommandLine.ParseResult parsed =
        GranaryCommand.commandLine()
            .parseArgs("devnet", "--data", "folder", "--pre-seal", "192", "--per-deadline", "4")
            .subcommand();
    assertThat(parsed.matchedOptionValue("--pre-seal", Optional.of(0))).hasValue(192);
    assertThat(parsed.matchedOptionValue("--per-deadline", 0)).isEqualTo(4);
  }

  @Test
  void saysWhatThereIs_whenTheCommandIsMissingOrUnknown() {
    assertThat(Cli.run("sectors").code()).isEqualTo(2);
    assertThat(Cli.run("sectors").err()).contains("pledge").contains("status");
    Run run = Cli.run("sector");
    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err()).contains("sectors").doesNotContain("\tat ");
  }

  @Test
  void storageInit_makesAPath_once() throws IOException {
    Path path = folder.resolve("new/path");
    assertThat(Cli.run("storage", "init", path.toString()).out())
        .matches(path + " is storage path [-0-9a-f]{36}; add it to granary.prover.storage.paths\n");
    StoragePath.open(path).close();
    Run again = Cli.run("storage", "init", path.toString());
    assertThat(again.code()).isEqualTo(1);
    assertThat(again.err())
        .isEqualTo("granary: " + path + " is a storage path already; attach it as it is\n");
    Path file = Files.createFile(folder.resolve("file"));
    Run blocked = Cli.run("storage", "init", file.resolve("path").toString());
    assertThat(blocked.code()).isEqualTo(1);
    assertThat(blocked.err())
        .startsWith("granary: cannot create storage path")
        .doesNotContain("\tat ");
  }

  @Test
  void configCheck_saysThatItIsGood() throws IOException {
    Path file = folder.resolve("node.conf");
    Files.writeString(file, "granary.persistence.contact-points = [\"127.0.0.1:9042\"]\n");
    Run run = Cli.run("config", "check", file.toString());
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.out()).isEqualTo(file + " is good\n");
  }

  @Test
  void configCheck_namesEveryKey_eachOnItsLine() throws IOException {
    Path file = folder.resolve("node.conf");
    Files.writeString(
        file,
        """
        granary.node.name = "a b"
        granary.persistence.contact-points = ["127.0.0.1:9042"]
        granary.prover.pool.tik = 1s
        granary.sharding.ticker.tick-again = soon
        """);
    Run run = Cli.run("config", "check", file.toString());
    assertThat(run.code()).isEqualTo(1);
    assertThat(run.out()).isEmpty();
    assertThat(run.err().lines())
        .hasSize(4)
        .anyMatch(line -> line.contains("3 problems"))
        .anyMatch(line -> line.startsWith("  granary.node.name (line 1): "))
        .anyMatch(line -> line.startsWith("  granary.prover.pool.tik (line 3): unknown key"))
        .anyMatch(line -> line.startsWith("  granary.sharding.ticker.tick-again (line 4): "));
  }

  @Test
  void oneLine_whenAFileIsMissingOrNoHocon() throws IOException {
    Run missing = Cli.run("config", "check", folder.resolve("none.conf").toString());
    assertThat(missing.code()).isEqualTo(1);
    assertThat(missing.err()).startsWith("granary: configuration: ").contains("none.conf");
    Path file = folder.resolve("bad.conf");
    Files.writeString(file, "granary { node {\n");
    Run bad = Cli.run("node", "--config", file.toString());
    assertThat(bad.code()).isEqualTo(1);
    assertThat(bad.err()).contains("bad.conf").doesNotContain("\tat ");
    Files.writeString(file, "granary.devnet.production = sometimes\n");
    Run devnet = Cli.run("devnet", "--data", folder.toString(), "--config", file.toString());
    assertThat(devnet.code()).isEqualTo(1);
    assertThat(devnet.err()).contains("production").doesNotContain("\tat ");
  }
}
