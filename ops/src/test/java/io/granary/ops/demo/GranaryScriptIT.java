package io.granary.ops.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code ./granary} on a machine with coreutils and nothing else, in a checkout with nothing built:
 * what it refuses, it refuses before it looks for tools or makes anything.
 */
class GranaryScriptIT {
  private static final List<String> COREUTILS =
      List.of(
          "bash", "readlink", "dirname", "stat", "sed", "sort", "find", "cut", "touch", "mkdir");

  private static final int SCRIPT_LIMIT_SECONDS = 60;

  @TempDir Path machine;
  private Path checkout;
  private Path home;
  private Path tools;

  /** What a run of the script gave. */
  private record Run(int status, String output) {}

  @BeforeEach
  void layOut() throws IOException {
    checkout = Files.createDirectory(machine.resolve("checkout"));
    home = Files.createDirectory(machine.resolve("home"));
    tools = Files.createDirectory(machine.resolve("bin"));
    Files.copy(script(), checkout.resolve("granary"));
    for (String tool : COREUTILS) {
      Files.createSymbolicLink(tools.resolve(tool), which(tool));
    }
  }

  private static Path script() {
    for (Path at = Path.of("").toAbsolutePath(); at != null; at = at.getParent()) {
      if (Files.exists(at.resolve("granary")) && Files.exists(at.resolve("pom.xml"))) {
        return at.resolve("granary");
      }
    }
    throw new AssertionError("no checkout above " + Path.of("").toAbsolutePath());
  }

  private static Path which(String tool) {
    return Stream.of("/usr/bin", "/bin")
        .map(folder -> Path.of(folder, tool))
        .filter(Files::isExecutable)
        .findFirst()
        .orElseThrow(() -> new AssertionError("no " + tool + " on this machine"));
  }

  private Run granary(String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(tools.resolve("bash").toString());
    command.add(checkout.resolve("granary").toString());
    command.addAll(List.of(arguments));
    Path output = machine.resolve("output");
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
    builder.environment().clear();
    builder.environment().put("PATH", tools.toString());
    builder.environment().put("HOME", home.toString());
    Process process = builder.start();
    assertThat(process.waitFor(SCRIPT_LIMIT_SECONDS, TimeUnit.SECONDS)).isTrue();
    return new Run(process.exitValue(), Files.readString(output, StandardCharsets.UTF_8));
  }

  private Path file(String name, int bytes) throws IOException {
    return Files.write(machine.resolve(name), new byte[bytes]);
  }

  /** A command that says {@code line} whatever it is asked. */
  private void install(String name, String line) throws IOException {
    Path tool = tools.resolve(name);
    Files.writeString(tool, "#!" + tools.resolve("bash") + "\necho '" + line + "'\n");
    Files.setPosixFilePermissions(tool, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private void assertNothingMade() throws IOException {
    try (Stream<Path> made = Files.list(home)) {
      assertThat(made).isEmpty();
    }
    try (Stream<Path> made = Files.list(checkout)) {
      assertThat(made).containsExactly(checkout.resolve("granary"));
    }
  }

  private void refuses(Path file, String reason, String... more)
      throws IOException, InterruptedException {
    List<String> arguments = new ArrayList<>(List.of("demo", file.toString()));
    arguments.addAll(List.of(more));
    assertThat(granary(arguments.toArray(String[]::new)))
        .isEqualTo(new Run(1, "granary: FILE: " + file + " " + reason + "\n"));
    assertNothingMade();
  }

  @Test
  void refusesTheFile_whenMissing() throws IOException, InterruptedException {
    refuses(machine.resolve("none"), "does not exist");
  }

  @Test
  void refusesTheFile_whenEmpty() throws IOException, InterruptedException {
    refuses(file("empty", 0), "is empty");
  }

  @Test
  void refusesTheFile_whenOneByteTooBig() throws IOException, InterruptedException {
    Path file = file("big", 8_323_073);
    refuses(file, "has 8323073 bytes; a 8MiB sector takes at most 8323072");
    refuses(
        file("large", 2_033),
        "has 2033 bytes; a 2KiB sector takes at most 2032",
        "--sector-size",
        "2KiB",
        "--data",
        "elsewhere",
        "--deal");
  }

  @Test
  void refusesTheFile_whenNoRegularFile() throws IOException, InterruptedException {
    refuses(machine, "is not a regular file");
    refuses(Path.of("/dev/null"), "is not a regular file");
  }

  @Test
  void refusesTheFile_whenUnreadable() throws IOException, InterruptedException {
    Path file = file("secret", 1);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("---------"));
    assumeFalse(Files.isReadable(file), "root reads every file");
    refuses(file, "cannot be read");
  }

  @Test
  void refusesTheFile_whenToldToResumeWhatNeverBegan() throws IOException, InterruptedException {
    refuses(machine.resolve("none"), "does not exist", "--resume");
  }

  @Test
  void namesAllTheMachineLacks_whenThereIsNothing() throws IOException, InterruptedException {
    for (String command : List.of("demo", "test", "build", "bench", "node")) {
      Run run = granary(command.equals("demo") ? demo() : new String[] {command});
      assertThat(run.status()).as(command).isEqualTo(1);
      assertThat(run.output())
          .contains("this machine lacks", "Java 17", "Maven 3.8.7", "Rust 1.89", "C compiler")
          .containsPattern("apt-get install .*openjdk-17-jdk-headless maven curl build-essential")
          .contains("https://sh.rustup.rs");
    }
    assertNothingMade();
  }

  @Test
  void asksForTheToolsOfThePeers_whenTestsAreToRunAndOnlyThen()
      throws IOException, InterruptedException {
    assertThat(granary("test").output())
        .contains("Node 20", "npm", "Go 1.26")
        .contains("apt-get install nodejs npm openjdk-17-jdk-headless");
    assertThat(granary("demo", file("fits", 8_323_072).toString()).output())
        .doesNotContain("Node 20", "npm", "Go 1.26");
    assertThat(granary("test", "--scenarios").output()).contains("Node 20", "npm", "Go 1.26");
    install("node", "v18.20.0");
    install("go", "go1.19.8");
    assertThat(granary("test").output())
        .contains("Node 20 or later (found v18.20.0)", "Go 1.26 or later (found go1.19.8");
  }

  @Test
  void refusesToFuzz_whenToldNoTimeOrTooMuch() throws IOException, InterruptedException {
    for (String seconds : List.of("0", "-1", "1.5", "1000000", "CidFuzzTest")) {
      assertThat(granary("fuzz", seconds))
          .isEqualTo(
              new Run(1, "granary: fuzz: SECONDS: expected 1 to 999999, got " + seconds + "\n"));
    }
    assertThat(granary("fuzz", "1", "Cid", "Car").output())
        .isEqualTo("granary: fuzz takes SECONDS and one NAME\n");
    assertNothingMade();
  }

  @Test
  void namesTheFuzzTests_whenAskedForNoneOfThem() throws IOException, InterruptedException {
    fuzzTest("protocol", "CidFuzzTest");
    fuzzTest("network-bridge", "YamuxSessionFuzzTest");
    assertThat(granary("fuzz", "1", "Nothing"))
        .isEqualTo(
            new Run(1, "granary: fuzz: no test Nothing; there are:\n  Cid\n  YamuxSession\n"));
  }

  @Test
  void asksForJavaAndMaven_whenThereIsSomethingToFuzz() throws IOException, InterruptedException {
    fuzzTest("protocol", "CidFuzzTest");
    for (String name : List.of("Cid", "CidFuzzTest")) {
      assertThat(granary("fuzz", "1", name).output())
          .contains("this machine lacks", "Java 17", "Maven 3.8.7");
    }
  }

  private void fuzzTest(String module, String name) throws IOException {
    Path folder =
        Files.createDirectories(checkout.resolve(module + "/src/test/java/io/granary/some"));
    Files.createFile(folder.resolve(name + ".java"));
  }

  private String[] demo() throws IOException {
    return new String[] {"demo", file("fits", 8_323_072).toString()};
  }

  @Test
  void namesRustupsPackage_whenThisDebianHasIt() throws IOException, InterruptedException {
    install("apt-cache", "Package: rustup");
    assertThat(granary("build").output())
        .contains("apt-get install openjdk-17-jdk-headless maven rustup build-essential")
        .contains("rustup default 1.")
        .doesNotContain("sh.rustup.rs");
  }

  @Test
  void saysWhatItFound_whenToolsAreTooOld() throws IOException, InterruptedException {
    install("javac", "javac 11.0.2");
    install("mvn", "Apache Maven 3.8.7");
    install("cargo", "cargo 1.66.0");
    install("cc", "cc");
    assertThat(granary("build").output())
        .contains("a Java 17 development kit (found javac 11.0.2)")
        .contains("Rust 1.89 or later (found cargo 1.66.0)")
        .doesNotContain("C compiler", "Maven");
    assertNothingMade();
  }
}
