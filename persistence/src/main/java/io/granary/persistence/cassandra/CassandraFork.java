package io.granary.persistence.cassandra;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Writes the configuration of one Cassandra and forks it. The layout below the data directory:
 * {@code data, commitlog, saved_caches, hints, cdc_raw} Cassandra's own, {@code conf} written anew
 * at each start, {@code log} with what it says.
 */
final class CassandraFork {
  /**
   * JDK internals Cassandra 5.0 needs opened on 17, from the {@code conf/jvm17-server.options} of
   * its distribution.
   */
  private static final List<String> EXPORTS =
      List.of(
          "java.base/jdk.internal.misc",
          "java.base/java.lang.ref",
          "java.management.rmi/com.sun.jmx.remote.internal.rmi",
          "java.rmi/sun.rmi.registry",
          "java.rmi/sun.rmi.server",
          "java.sql/java.sql",
          "jdk.unsupported/sun.misc",
          "jdk.compiler/com.sun.tools.javac.file",
          "jdk.attach/sun.tools.attach");

  private static final List<String> OPENS =
      List.of(
          "java.base/java.lang",
          "java.base/java.lang.module",
          "java.base/java.lang.reflect",
          "java.base/java.io",
          "java.base/java.util",
          "java.base/sun.nio.ch",
          "java.base/jdk.internal.loader",
          "java.base/jdk.internal.ref",
          "java.base/jdk.internal.reflect",
          "java.base/jdk.internal.math",
          "java.base/jdk.internal.module",
          "java.base/jdk.internal.util.jar",
          "jdk.management/com.sun.management.internal",
          "jdk.compiler/com.sun.tools.javac");

  private final Path directory;
  private final EmbeddedCassandraSettings settings;

  CassandraFork(Path directory, EmbeddedCassandraSettings settings) {
    this.directory = directory.toAbsolutePath();
    this.settings = settings;
  }

  Path consoleLog() {
    return directory.resolve("log/console.log");
  }

  Path log() {
    return directory.resolve("log/cassandra.log");
  }

  Path lockFile() {
    return directory.resolve("lock");
  }

  /**
   * @param owner whose end ends the child; when empty, the end of the returned process's standard
   *     input does
   */
  Process fork(int cqlPort, int storagePort, Optional<ProcessHandle> owner) throws IOException {
    Files.createDirectories(directory.resolve("conf"));
    Files.createDirectories(directory.resolve("log"));
    Files.deleteIfExists(log());
    Files.writeString(yamlFile(), yaml(cqlPort, storagePort), StandardCharsets.UTF_8);
    Files.writeString(logbackFile(), logback(), StandardCharsets.UTF_8);
    ProcessBuilder builder = new ProcessBuilder(command(owner));
    builder.directory(directory.toFile());
    builder.redirectErrorStream(true);
    builder.redirectOutput(consoleLog().toFile());
    builder.redirectInput(
        owner.isPresent()
            ? ProcessBuilder.Redirect.from(new File("/dev/null"))
            : ProcessBuilder.Redirect.PIPE);
    return builder.start();
  }

  private Path yamlFile() {
    return directory.resolve("conf/cassandra.yaml");
  }

  private Path logbackFile() {
    return directory.resolve("conf/logback.xml");
  }

  private List<String> command(Optional<ProcessHandle> owner) {
    List<String> command = new ArrayList<>();
    command.add(settings.javaHome().resolve("bin/java").toString());
    command.add("-Xms" + settings.heapMebibytes() / 2 + "m");
    command.add("-Xmx" + settings.heapMebibytes() + "m");
    command.add("-XX:MaxDirectMemorySize=256m");
    command.add("-XX:+UseSerialGC");
    command.add("-XX:TieredStopAtLevel=1");
    command.add("-XX:+ExitOnOutOfMemoryError");
    command.add("-XX:+PerfDisableSharedMem");
    command.add("-Xss512k");
    EXPORTS.forEach(module -> command.add("--add-exports=" + module + "=ALL-UNNAMED"));
    OPENS.forEach(module -> command.add("--add-opens=" + module + "=ALL-UNNAMED"));
    command.add("-Djdk.attach.allowAttachSelf=true");
    command.add("-Dio.netty.tryReflectionSetAccessible=true");
    command.add("-Djava.net.preferIPv4Stack=true");
    command.add("-Djava.awt.headless=true");
    command.add("-Dcassandra.config=" + yamlFile().toUri());
    command.add("-Dcassandra.storagedir=" + directory);
    command.add("-Dlogback.configurationFile=" + logbackFile());
    command.add("-Dcassandra-foreground=yes");
    command.add("-Dcassandra.ring_delay_ms=0");
    command.add("-Dcassandra.skip_wait_for_gossip_to_settle=0");
    command.add("-Dcassandra.superuser_setup_delay_ms=0");
    if (settings.durability() == Durability.NONE) {
      command.add("-Dcassandra.unsafesystem=true");
    }
    command.add("-cp");
    command.add(
        settings.libraries().toAbsolutePath()
            + File.separator
            + "*"
            + File.pathSeparator
            + CassandraLibraries.ownClasses());
    command.add(ParentWatch.class.getName());
    command.add(lockFile().toString());
    command.add(Long.toString(Math.max(1, settings.stopTimeout().toSeconds())));
    owner.ifPresent(
        handle -> {
          command.add(Long.toString(handle.pid()));
          command.add(
              Long.toString(
                  handle
                      .info()
                      .startInstant()
                      .orElseThrow(
                          () -> new CassandraStartException("owner " + handle + " has ended"))
                      .toEpochMilli()));
        });
    return command;
  }

  private String yaml(int cqlPort, int storagePort) {
    String sync =
        settings.durability() == Durability.EACH_WRITE
            ? "commitlog_sync: group\ncommitlog_sync_group_window: 1ms\n"
            : "commitlog_sync: periodic\ncommitlog_sync_period: 1000ms\n";
    return String.join(
            "\n",
            "# Written at each start; edits are lost.",
            "cluster_name: granary-embedded",
            "num_tokens: 1",
            "auto_bootstrap: false",
            "partitioner: org.apache.cassandra.dht.Murmur3Partitioner",
            "endpoint_snitch: SimpleSnitch",
            "authenticator: AllowAllAuthenticator",
            "authorizer: AllowAllAuthorizer",
            "listen_address: 127.0.0.1",
            "rpc_address: 127.0.0.1",
            "storage_port: " + storagePort,
            "native_transport_port: " + cqlPort,
            "start_native_transport: true",
            "seed_provider:",
            "  - class_name: org.apache.cassandra.locator.SimpleSeedProvider",
            "    parameters:",
            "      - seeds: \"127.0.0.1:" + storagePort + "\"",
            "data_file_directories:",
            "  - " + quoted("data"),
            "commitlog_directory: " + quoted("commitlog"),
            "saved_caches_directory: " + quoted("saved_caches"),
            "hints_directory: " + quoted("hints"),
            "cdc_raw_directory: " + quoted("cdc_raw"),
            "commitlog_segment_size: 8MiB",
            "commitlog_total_space: 256MiB",
            "memtable_heap_space: 128MiB",
            "memtable_offheap_space: 128MiB",
            "key_cache_size: 16MiB",
            "hinted_handoff_enabled: false",
            "auto_snapshot: false",
            "disk_failure_policy: die",
            "commit_failure_policy: die",
            "")
        + sync;
  }

  /** A YAML double-quoted scalar. */
  private String quoted(String child) {
    String path = directory.resolve(child).toString();
    return '"' + path.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
  }

  private String logback() {
    return String.join(
        "\n",
        "<configuration>",
        "  <appender name=\"file\" class=\"ch.qos.logback.core.rolling.RollingFileAppender\">",
        "    <file>" + xml(log().toString()) + "</file>",
        "    <rollingPolicy class=\"ch.qos.logback.core.rolling.FixedWindowRollingPolicy\">",
        "      <fileNamePattern>" + xml(log().toString()) + ".%i</fileNamePattern>",
        "      <minIndex>1</minIndex>",
        "      <maxIndex>2</maxIndex>",
        "    </rollingPolicy>",
        "    <triggeringPolicy class=\"ch.qos.logback.core.rolling.SizeBasedTriggeringPolicy\">",
        "      <maxFileSize>5MB</maxFileSize>",
        "    </triggeringPolicy>",
        "    <encoder>",
        "      <pattern>%d{ISO8601} %-5level [%thread] %logger{0} - %msg%n</pattern>",
        "    </encoder>",
        "  </appender>",
        "  <root level=\"INFO\"><appender-ref ref=\"file\"/></root>",
        "</configuration>",
        "");
  }

  private static String xml(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }
}
