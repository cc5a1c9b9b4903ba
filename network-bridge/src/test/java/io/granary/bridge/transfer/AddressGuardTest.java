package io.granary.bridge.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Literals only: nothing is looked up. */
class AddressGuardTest {
  private final AddressGuard closed = new AddressGuard(/* allowPrivate= */ false);
  private final AddressGuard open = new AddressGuard(/* allowPrivate= */ true);

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1.1.1.1", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0", "126.1.1.1",
        "128.0.0.1", "169.253.1.1", "172.15.255.255", "172.32.0.0", "192.167.1.1", "198.17.1.1",
        "198.20.0.0", "223.255.255.255", "2606:4700::1111", "2a00:1450:4001::8"
      })
  void letsTheOpenInternetPass(String address) throws UnknownHostException {
    assertThat(closed.problem(InetAddress.getByName(address))).isEmpty();
    assertThat(open.problem(InetAddress.getByName(address))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "127.0.0.1",
        "127.255.255.255",
        "10.0.0.1",
        "172.16.0.1",
        "172.31.255.255",
        "192.168.0.1",
        "100.64.0.1",
        "100.127.255.255",
        "192.0.0.8",
        "192.0.2.1",
        "198.18.0.1",
        "198.51.100.1",
        "203.0.113.1",
        "240.0.0.1",
        "::1",
        "fc00::1",
        "fdff::1",
        "fec0::1",
        "64:ff9b::a9fe:a9fe",
        "64:ff9b::101:101",
        "64:ff9b:1::1",
        "2002:7f00:1::1",
        "2001::1",
        "2001:db8::1",
        "3fff::1",
        "::7f00:1",
        "::ffff:10.0.0.1",
        "100::1",
        "4000::1"
      })
  void refusesPrivateOnes_unlessAllowed(String address) throws UnknownHostException {
    assertThat(closed.problem(InetAddress.getByName(address))).isPresent();
    assertThat(open.problem(InetAddress.getByName(address))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0.0.0.0",
        "0.1.2.3",
        "169.254.169.254",
        "224.0.0.1",
        "239.255.255.255",
        "255.255.255.255",
        "::",
        "fe80::1",
        "ff02::1"
      })
  void refusesThem_evenWhenPrivateOnesAreAllowed(String address) throws UnknownHostException {
    assertThat(closed.problem(InetAddress.getByName(address))).isPresent();
    assertThat(open.problem(InetAddress.getByName(address))).isPresent();
  }

  @ParameterizedTest
  @ValueSource(strings = {"2130706433", "127.1", "0"})
  void refusesThem_howeverTheyAreWritten(String address) throws UnknownHostException {
    assertThat(closed.problem(InetAddress.getByName(address))).isPresent();
  }

  @Test
  void refusesMappedOnes_alsoWhenTheyStayIpv6() throws UnknownHostException {
    byte[] mapped = new byte[16];
    mapped[10] = -1;
    mapped[11] = -1;
    mapped[12] = 8;
    assertThat(closed.problem(Inet6Address.getByAddress("x", mapped, 0)))
        .contains("an IPv4 address inside IPv6");
  }
}
