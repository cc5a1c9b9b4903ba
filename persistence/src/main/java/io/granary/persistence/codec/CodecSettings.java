package io.granary.persistence.codec;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValueFactory;
import java.util.ArrayList;
import java.util.List;

/**
 * The codecs that configuration names.
 *
 * @param codecs one for each root interface of events and snapshots
 */
public record CodecSettings(List<EventCodec<?>> codecs) {
  private static final String KEY = "granary.persistence.codecs";
  private static final String SERIALIZER = "granary-journal";

  public CodecSettings {
    codecs = List.copyOf(codecs);
  }

  /**
   * Reads {@code granary.persistence.codecs} and makes one codec of each class named there.
   *
   * @throws IllegalArgumentException naming the key and the class when one cannot be made
   */
  public static CodecSettings from(Config config) {
    List<EventCodec<?>> codecs = new ArrayList<>();
    for (String name : config.getStringList(KEY)) {
      try {
        codecs.add(Class.forName(name).asSubclass(EventCodec.class).getConstructor().newInstance());
      } catch (ReflectiveOperationException | ClassCastException e) {
        throw new IllegalArgumentException(
            KEY + ": " + name + " is no EventCodec with a public constructor: " + e, e);
      }
    }
    return new CodecSettings(codecs);
  }

  /**
   * The {@code akka.actor} part: {@link JournalSerializer} and its bindings to the codecs' root
   * interfaces, Java serialization off.
   */
  public Config bindings() {
    Config config =
        ConfigFactory.parseString("akka.actor.allow-java-serialization = off")
            .withValue(
                "akka.actor.serializers." + SERIALIZER,
                ConfigValueFactory.fromAnyRef(JournalSerializer.class.getName()));
    for (EventCodec<?> codec : codecs) {
      config =
          config.withValue(
              "akka.actor.serialization-bindings." + ConfigUtil.quoteString(codec.type().getName()),
              ConfigValueFactory.fromAnyRef(SERIALIZER));
    }
    return config;
  }
}
