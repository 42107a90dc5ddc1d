# SPDX-License-Identifier: BSD-3-Clause
#
# lwIP, as the toolchain has unpacked and patched it (the part `lwip` of toolchain/parts.sh), and our
# files beside it: sets LWIP_SOURCES (theirs), LWIP_OWN_SOURCES and LWIP_INCLUDES, all of them empty
# where the prefix has no such part. Nothing of lwIP's api/.
set(LWIP ${HERMIT_PREFIX}/x86_64-hermit/share/lwip/src)
set(LWIP_SOURCES)
if(EXISTS ${LWIP}/core/tcp.c)
  foreach(file def inet_chksum init ip mem memp netif pbuf raw stats tcp tcp_in tcp_out timeouts udp
      ipv4/dhcp ipv4/etharp ipv4/icmp ipv4/igmp ipv4/ip4 ipv4/ip4_addr ipv4/ip4_frag
      ipv6/dhcp6 ipv6/ethip6 ipv6/icmp6 ipv6/inet6 ipv6/ip6 ipv6/ip6_addr ipv6/ip6_frag ipv6/mld6
      ipv6/nd6)
    list(APPEND LWIP_SOURCES ${LWIP}/core/${file}.c)
  endforeach()
  list(APPEND LWIP_SOURCES ${LWIP}/netif/ethernet.c)
  file(GLOB LWIP_OWN_SOURCES CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/lwip/*.c)
  set(LWIP_INCLUDES ${CMAKE_SOURCE_DIR}/lwip/include ${LWIP}/include)
endif()
